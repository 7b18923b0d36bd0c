// Which way a function is built: by a compiler of this machine, by a container, or not at all. Its compiler is hidden by a PATH without it; the
// container is a script that writes down how it was called.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { App, Stack, type StackProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { CppFunction, libraryRoot } from '../lib/cpp-function';

const before = { PATH: process.env.PATH, CDK_DOCKER: process.env.CDK_DOCKER };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dynamo_cdk_'));
  // Programs that the scripts need, and neither compiler nor CMake.
  mkdirSync(join(folder, 'bin'));
  for (const program of ['bash', 'dirname', 'env', 'cat', 'chmod', 'sh']) {
    symlinkSync(join('/usr/bin', program), join(folder, 'bin', program));
  }
  process.env.PATH = join(folder, 'bin');
});
afterEach(() => {
  process.env.PATH = before.PATH;
  if (before.CDK_DOCKER === undefined) delete process.env.CDK_DOCKER;
  else process.env.CDK_DOCKER = before.CDK_DOCKER;
  rmSync(folder, { recursive: true });
});

function synthesised(architecture?: lambda.Architecture, props?: StackProps): Template {
  const app = new App({ outdir: join(folder, 'out') });
  const stack = new Stack(app, 'Stack', props);
  new CppFunction(stack, 'Function', { project: libraryRoot, target: 'handler', architecture });
  return Template.fromStack(stack);
}

/** A program in the place of docker: `info` ends as it is told, `run` writes its arguments down and leaves a bootstrap in /asset-output's place. */
function container(infoStatus: number) {
  const script = join(folder, 'container');
  writeFileSync(
    script,
    `#!/bin/bash
if [ "$1" = info ]; then exit ${infoStatus}; fi
printf '%s\\n' "$@" >'${folder}/called'
for argument in "$@"; do
  case $argument in *:/asset-output*) echo program >"\${argument%%:/asset-output*}/bootstrap" ;; esac
done
`,
  );
  chmodSync(script, 0o755);
  process.env.CDK_DOCKER = script;
}

test('a container builds what this machine has no compiler for', () => {
  container(0);
  synthesised().hasResourceProperties('AWS::Lambda::Function', { Architectures: ['arm64'], Runtime: 'provided.al2023', MemorySize: 256 });
  const called = readFileSync(join(folder, 'called'), 'utf8');
  assert.match(called, /^run\n/);
  assert.match(called, /\ndebian:12\n/);
  assert.match(called, /build-function' '.*' 'handler' arm64 \/asset-output/);
  assert.ok(called.includes(`${libraryRoot}:${libraryRoot}`), called);
  assert.doesNotMatch(called, /--platform/, 'the container cross-compiles too');
});

test('a container for x86-64 is one of x86-64', () => {
  container(0);
  synthesised(lambda.Architecture.X86_64).hasResourceProperties('AWS::Lambda::Function', { Architectures: ['x86_64'] });
  assert.match(readFileSync(join(folder, 'called'), 'utf8'), /--platform\nlinux\/amd64\n/);
});

test('without compiler and container, the error says what to install', () => {
  container(1);
  assert.throws(() => synthesised(), /Cannot build handler: there is no cmake; apt-get install cmake ninja-build; and .*container cannot be used instead/);
});
