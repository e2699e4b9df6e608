import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    chromium: string; // "" if there is none
    showcase: string; // addresses of services
    demo: string;
    work: string; // the folder that the services run in
    shots: string;
  }
}

const repository = fileURLToPath(new URL('../..', import.meta.url));
export const shots = fileURLToPath(new URL('../.out/shots', import.meta.url));

/** Builds and starts the services whose pages are looked at. */
export default async function setup(project: TestProject) {
  const chromium = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => p && existsSync(p)) ?? '';
  project.provide('chromium', chromium);
  project.provide('shots', shots);
  project.provide('showcase', '');
  project.provide('demo', '');
  project.provide('work', '');
  if (chromium === '') {
    if (process.env.META_TEST_REQUIRE) throw new Error('browser tests: there is no chromium, and META_TEST_REQUIRE wants one');
    console.log('browser tests are skipped: there is no chromium at /usr/bin/chromium or CHROMIUM');
    return;
  }
  rmSync(shots, { recursive: true, force: true });
  mkdirSync(shots, { recursive: true });
  const work = mkdtempSync(join(tmpdir(), 'docs-browser-'));
  project.provide('work', work);
  const children: ChildProcess[] = [];
  const build = (dir: string, pkg: string, name: string) => execFileSync('go', ['build', '-o', join(work, name), pkg], { cwd: join(repository, dir), stdio: 'inherit' });
  build('.', './framework/docs/internal/showcase', 'showcase');
  build('examples/demo-user', '.', 'demo');
  // The test runner has a BASE_URL of its own, which is not the services'.
  const { BASE_URL: _, ...rest } = process.env;
  const env = { ...rest, DATABASE_URL: `sqlite:${join(work, 'demo.db')}`, HOST: '127.0.0.1', PORT: '-1' };
  execFileSync(join(work, 'demo'), ['migrate'], { cwd: work, env, stdio: 'inherit' });
  project.provide('showcase', await start(join(work, 'showcase'), [], work, env, children));
  project.provide('demo', await start(join(work, 'demo'), ['serve'], work, env, children));
  return () => {
    for (const c of children) c.kill('SIGTERM');
    rmSync(work, { recursive: true, force: true });
  };
}

/** Starts a service, and returns the address that it tells. */
function start(program: string, args: string[], cwd: string, env: NodeJS.ProcessEnv, children: ChildProcess[]): Promise<string> {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk.toString();
      const at = /API docs at (http:\/\/\S+)\/docs\n/.exec(said);
      if (at) resolve(at[1]!);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => reject(new Error(`${program} ended with ${code}:\n${said}`)));
  });
}
