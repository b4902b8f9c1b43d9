import { Command } from 'commander';
import type { SteadyClock } from '../domain/steady-clock.ts';
import { confirmClock } from '../wiring/open-clock.ts';
import { print, type Terminal, withStore } from './command.ts';

export const clockCommand = (terminal: Terminal) =>
  new Command('clock')
    .description('Compare the server’s clock with the system’s')
    .option('--json', 'print JSON')
    .option('--confirm', 'take the system’s time as right, after its clock was wrong')
    .action((options: Options) => run(terminal, options));

interface Options {
  json?: boolean;
  confirm?: boolean;
}

async function run(terminal: Terminal, { json, confirm }: Options): Promise<void> {
  await withStore(terminal, async (store, clock) => {
    if (!confirm) return print(terminal, json, view(clock));
    await confirmClock(store);
    clock.confirm();
    print(terminal, json, view(clock));
    if (!json) terminal.out('\nRunning servers follow within a minute.');
  });
}

function view(clock: SteadyClock) {
  const { leadMs, doubtMs } = clock.state;
  return {
    time: new Date(clock.now()).toISOString(),
    ahead_of_system_seconds: Math.round(leadMs / 1000),
    unconfirmed_jump_seconds: Math.round(doubtMs / 1000),
  };
}
