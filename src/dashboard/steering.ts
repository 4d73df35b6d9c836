import { budgetIn, keptOrders, studyNotes } from '../study/control/journal.ts';
import type { WireSteering } from './shared/steering-wire.ts';
import type { StudyFeed } from './study-feed.ts';

/** What a study was told by hand, as its store keeps it. */
export function steeringOf(feed: StudyFeed, canControl: boolean): WireSteering {
  const { plan } = feed.subject ?? {};
  const store = { read: (document: string) => feed.read(document) };
  const orders = plan ? keptOrders(store, plan.head.subject.identity, plan.head.seed) : [];
  const search = plan?.head.subject.kind === 'simulator' ? plan.search : null;
  return {
    canControl: canControl && plan !== undefined,
    searches: search !== null,
    budget: search && (budgetIn(orders) ?? search.budget),
    orders: orders.map(({ id, command, turn, after }) => ({
      id,
      budget: command.kind === 'budget' ? command.runs : null,
      points: command.kind === 'try' ? command.points : [],
      after: turn === null ? null : after,
    })),
    notes: studyNotes(store).map(({ id, text, run = null }) => ({
      ...{ id, text, run },
      row: (run === null ? undefined : feed.rowOf(run)) ?? null,
    })),
  };
}
