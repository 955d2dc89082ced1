import { createECDH, createHash, createPrivateKey, sign } from "node:crypto";

/** A volunteer of a crowd: its key follows from its number, so that a million of them are kept as their numbers and ids. */
export interface Person {
  readonly id: string;
  readonly publicKey: string;
  /** Signs ASCII text, as volunteers do. */
  readonly sign: (text: string) => string;
}

/** @param number from 0 */
export function person(number: number): Person {
  const secret = createHash("sha256").update(`scale ${number}`).digest();
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(secret);
  const point = pair.getPublicKey();
  return {
    id: createHash("sha256").update(point).digest("hex"),
    publicKey: point.toString("base64url"),
    sign: (text) => {
      const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
      const jwk = { kty: "EC", crv: "P-256", d: secret.toString("base64url"), x: x!, y: y! };
      const key = createPrivateKey({ key: jwk, format: "jwk" });
      return sign("sha256", Buffer.from(text, "latin1"), { key, dsaEncoding: "ieee-p1363" }).toString("base64url");
    },
  };
}
