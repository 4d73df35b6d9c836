import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { route } from './route.ts';
import { connection, listen } from './server.ts';
import { StudiesPage } from './studies-page.tsx';
import { StudyPage } from './study-page.tsx';

function App() {
  const { path } = route.value;
  useEffect(() => scrollTo(0, 0), [path.join('/')]);
  return (
    <>
      <nav aria-label="Dashboard">
        <a href="#/">imago · studies</a>
        <span class={`connection ${connection.value}`} role="status">
          {connection.value === 'lost' ? 'The dashboard has ended: start it again to go on.' : ''}
        </span>
      </nav>
      <main>{pageOf(path)}</main>
    </>
  );
}

function pageOf([page, id]: readonly string[]) {
  return page === 'study' && id ? <StudyPage key={id} id={id} /> : <StudiesPage />;
}

listen();
render(<App />, document.getElementById('page') as HTMLElement);
