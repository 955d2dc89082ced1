/**
 * The home of a volunteer among so many, from 1: it follows from its id, which is the hash of its key. Results from before there were keys have volunteers of any
 * name.
 */
export const homeNumber = (volunteer: string, of: number): number => 1 + ((parseInt(volunteer.slice(0, 8), 16) || 0) % of);
