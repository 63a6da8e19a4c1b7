/** Runs anew before each test file: its hooks are the file's, though helpers are loaded once. */
import { afterAll } from 'vitest';
import { cleanUp } from '../e2e/cleanup.ts';

afterAll(cleanUp);
