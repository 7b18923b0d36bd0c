import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { AssetHashType, DockerImage, type DockerVolume } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** Where this library lies: the compiled file is infrastructure/out/lib/cpp-function.js. */
export const libraryRoot = resolve(__dirname, '../../..');

export interface CppFunctionProps extends lambda.FunctionOptions {
  /** The folder of a CMake project that calls `dynamo_function(<target> ...)`. */
  readonly project: string;
  readonly target: string;
  /** @default ARM_64 */
  readonly architecture?: lambda.Architecture;
}

/**
 * A Lambda function in C++: one static program, compiled for its architecture when the app is synthesised.
 *
 * This machine's compiler builds it: Debian's cross compiler for arm64. Where there is none a container does, if one can be started.
 */
export class CppFunction extends lambda.Function {
  constructor(scope: Construct, id: string, props: CppFunctionProps) {
    const { project, target, architecture = lambda.Architecture.ARM_64, ...options } = props;
    super(scope, id, {
      memorySize: 256,
      ...options,
      architecture,
      runtime: lambda.Runtime.PROVIDED_AL2023,
      handler: 'bootstrap', // must be said, and is not looked at
      code: codeOf(resolve(project), target, architecture),
    });
  }
}

const debianPackages =
  'g++ g++-aarch64-linux-gnu cmake ninja-build libboost1.81-dev libfmt-dev libssl-dev zlib1g-dev ca-certificates';

function codeOf(project: string, target: string, architecture: lambda.Architecture): lambda.Code {
  const build = resolve(libraryRoot, 'infrastructure/build-function');
  const name = architecture.name === lambda.Architecture.ARM_64.name ? 'arm64' : 'x86_64';
  // At the places where they are on this machine, so that what they say of each other holds.
  const volumes: DockerVolume[] = [...new Set([libraryRoot, project])].map((path) => ({
    hostPath: path,
    containerPath: path,
  }));
  return lambda.Code.fromAsset(project, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      local: { tryBundle: (folder) => buildHere(build, [project, target, name, folder]) },
      image: DockerImage.fromRegistry('debian:12'),
      ...(name === 'x86_64' ? { platform: 'linux/amd64' } : {}),
      user: 'root',
      volumes,
      environment: { DYNAMO_FUNCTION_BUILD: '/tmp/build', DYNAMO_SYSROOT: '/tmp/sysroot' },
      command: [
        'bash',
        '-ec',
        `apt-get -q update && apt-get -q -y install --no-install-recommends ${debianPackages}
         '${build}' '${project}' '${target}' ${name} /asset-output
         chown -R "$(stat -c %u:%g '${project}')" /asset-output`,
      ],
    },
  });
}

/** False: this machine cannot, and a container shall. */
function buildHere(build: string, parameters: string[]): boolean {
  const done = spawnSync(build, parameters, { encoding: 'utf8' });
  if (done.status === 0) return true;
  if (done.status !== 77) {
    throw new Error(done.stderr || done.error?.message || `${build} ended with ${done.status ?? done.signal}`);
  }
  const container = process.env.CDK_DOCKER ?? 'docker';
  if (spawnSync(container, ['info'], { stdio: 'ignore' }).status !== 0) {
    throw new Error(
      `Cannot build ${parameters[1]}: ${done.stdout.trim().replace(/^skipped: /, '')}; and ${container} cannot be used instead`,
    );
  }
  return false;
}
