import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { route } from '../live/route.ts';
import { connection, listen } from '../live/server.ts';
import { ComparePage } from './compare-page.tsx';
import { RunPage } from './run-page.tsx';
import { StudiesPage } from './studies-page.tsx';
import { StudyPage } from './study-page.tsx';

function App() {
  const { path } = route.value;
  useEffect(() => scrollTo(0, 0), [path.join('/')]);
  return (
    <>
      <nav aria-label="Dashboard">
        <a href="#/">imago · studies</a>
        <a href="#/compare">compare</a>
        <span class={`connection ${connection.value}`} role="status">
          {connection.value === 'lost' ? 'The dashboard has ended: start it again to go on.' : ''}
        </span>
      </nav>
      <main>{pageOf(path)}</main>
    </>
  );
}

function pageOf([page, id, part, number]: readonly string[]) {
  if (page === 'compare') return <ComparePage />;
  if (page !== 'study' || !id) return <StudiesPage />;
  const row = Number(number) - 1;
  return part === 'run' && row >= 0 ? (
    <RunPage key={`${id}/${row}`} id={id} row={row} />
  ) : (
    <StudyPage key={id} id={id} />
  );
}

listen();
render(<App />, document.getElementById('page') as HTMLElement);
