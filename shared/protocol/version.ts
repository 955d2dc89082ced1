/** Rises when a volunteer of the old kind can no longer take part; the Worker then tells it to reload. */
export const PROTOCOL_VERSION = 2;
