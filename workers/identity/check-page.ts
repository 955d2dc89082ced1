const TURNSTILE = "https://challenges.cloudflare.com";

/**
 * The only page that loads anything of another origin, and only where Turnstile is switched on. It says the answer to this browser's other pages of the site, and closes.
 * @param nonce random: names the one script that may run beside Turnstile's
 */
export function checkPage(siteKey: string, nonce: string): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A short check</title><style>body{font:1rem/1.5 system-ui,sans-serif;margin:2rem;color-scheme:light dark}</style>
<h1>A short check</h1><p>This coordinator asks whether a person is there before a browser may train. The window closes by itself.</p>
<div class="cf-turnstile" data-sitekey="${escaped(siteKey)}" data-callback="passed"></div>
<script nonce="${nonce}">window.passed = (answer) => { new BroadcastChannel("check").postMessage({ answer }); setTimeout(() => close(), 300); };</script>
<script nonce="${nonce}" src="${TURNSTILE}/turnstile/v0/api.js" async defer></script></html>`;
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${TURNSTILE}`,
    `frame-src ${TURNSTILE}`,
    `connect-src ${TURNSTILE}`,
    "style-src 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return new Response(html, {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy.join("; "),
      "cache-control": "no-store",
      "referrer-policy": "strict-origin-when-cross-origin",
      "x-content-type-options": "nosniff",
    },
  });
}

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
