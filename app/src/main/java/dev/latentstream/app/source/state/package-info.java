/**
 * The commands that show and change the state of sources, from any machine.
 *
 * <p>Start reading at {@link dev.latentstream.app.source.state.SourceListCommand}. They see what runners have committed, and stop runners by
 * taking the source from them.
 */
@NullMarked
package dev.latentstream.app.source.state;

import org.jspecify.annotations.NullMarked;
