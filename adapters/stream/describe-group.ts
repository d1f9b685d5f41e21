import type { Admin } from 'kafkajs';
import { AssignerProtocol } from './kafkajs.js';

/** A reader of a group, and what it has been given to read. */
export interface GroupMember {
  readonly id: string;
  /** Where it is, as the broker sees it. */
  readonly host: string;
  readonly reads: readonly { readonly topic: string; readonly partitions: readonly number[] }[];
}

/** A group as its broker describes it. */
export interface DescribedGroup {
  readonly group: string;
  /** By the names of Kafka: Stable, PreparingRebalance, Empty; Dead of a group that nobody has joined yet. */
  readonly state: string;
  readonly members: readonly GroupMember[];
}

/** Who reads as a member of this group, and which partitions. */
export async function describeGroup(admin: Admin, group: string): Promise<DescribedGroup> {
  const { groups } = await admin.describeGroups([group]);
  const described = groups.find(({ groupId }) => groupId === group);
  const members = (described?.members ?? []).map(({ memberId, clientHost, memberAssignment }) => {
    // While the group divides its partitions anew, a member has none.
    const given =
      memberAssignment.length === 0 ? null : AssignerProtocol.MemberAssignment.decode(memberAssignment);
    return {
      id: memberId,
      host: clientHost.replace(/^\//, ''),
      reads: Object.entries(given?.assignment ?? {})
        .map(([topic, partitions]) => ({ topic, partitions: partitions.toSorted((a, b) => a - b) }))
        .toSorted((a, b) => a.topic.localeCompare(b.topic)),
    };
  });
  return { group, state: described?.state ?? 'Dead', members };
}
