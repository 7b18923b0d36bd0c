import { App } from 'aws-cdk-lib';
import { SampleStack } from '../lib/sample-stack';

new SampleStack(new App(), 'SampleStreamStack');
