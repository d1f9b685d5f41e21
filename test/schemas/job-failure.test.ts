import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure, RetryState } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { BadInput } from '../../schemas/errors.js';
import { jobFailure } from '../../schemas/jobs/failure.js';

describe('a failed job', () => {
  it("is described by the activity's own error, however deep it lies", () => {
    const own = ApplicationFailure.create({
      message: 'The folder has no CSV files',
      type: 'BadInput',
      details: [{ remedy: 'fix-input', subject: { file: 'empty' } }],
    });
    const inActivity = new ActivityFailure(
      'failed',
      'listSourceFiles',
      '1',
      RetryState.NON_RETRYABLE_FAILURE,
      'w',
      own,
    );
    const inChild = new ChildWorkflowFailure(
      'ns',
      { workflowId: 'c' },
      'refine',
      RetryState.NON_RETRYABLE_FAILURE,
      inActivity,
    );
    const failed = new WorkflowFailedError(
      'Workflow execution failed',
      inChild,
      RetryState.NON_RETRYABLE_FAILURE,
    );
    expect(jobFailure(failed)).toEqual({
      name: 'BadInput',
      message: 'The folder has no CSV files',
      subject: { file: 'empty' },
    });
  });

  it('that never reached Temporal is described as it is', () => {
    expect(jobFailure(new BadInput('No such season', { setting: 'seasons' }))).toEqual({
      name: 'BadInput',
      message: 'No such season',
      subject: { setting: 'seasons' },
    });
    expect(jobFailure(new Error('boom'))).toEqual({ name: 'Error', message: 'boom', subject: {} });
    expect(jobFailure('text')).toEqual({ name: 'Error', message: 'text', subject: {} });
  });
});
