import { useState } from 'preact/hooks';
import type { Command } from '../../core/control/command.ts';
import { postJson } from '../live/server.ts';

/** What became of the last command that was given. */
export interface Said {
  readonly state: 'asked' | 'taken' | 'refused';
  readonly text: string;
}

/** Sends commands to a study, and tells what becomes of them; whether it was taken is the answer. */
export function useCommand(key: string): {
  readonly said: Said | undefined;
  readonly send: (command: Command) => Promise<boolean>;
} {
  const [said, setSaid] = useState<Said>();
  const send = async (command: Command) => {
    setSaid({ state: 'asked', text: `${command.kind}: asked, not taken yet …` });
    try {
      const { text } = await postJson<{ readonly text: string }>(`/api/studies/${key}/control`, command);
      setSaid({ state: 'taken', text: `${command.kind}: ${text}` });
      return true;
    } catch (error) {
      setSaid({ state: 'refused', text: (error as Error).message });
      return false;
    }
  };
  return { said, send };
}
