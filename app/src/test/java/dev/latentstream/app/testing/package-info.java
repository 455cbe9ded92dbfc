/**
 * Fixtures that the tests of app share: clusters, pipelines, commands in processes, files as they occur, and accounts of what became of them.
 *
 * <p>Start reading at {@link dev.latentstream.app.testing.CommandProcess}, {@link dev.latentstream.app.testing.StartedStages} and
 * {@link dev.latentstream.app.testing.StageFixture}.
 */
package dev.latentstream.app.testing;
