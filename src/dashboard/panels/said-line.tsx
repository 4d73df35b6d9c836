import type { Said } from './use-command.ts';

/** What became of a command, read out when it changes. */
export function SaidLine({ said }: { readonly said: Said | undefined }) {
  return (
    <p role="status" class={`said ${said?.state ?? ''}`}>
      {said?.text}
    </p>
  );
}
