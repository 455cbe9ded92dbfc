/**
 * The commands that send images to {@code images-raw}.
 *
 * <p>Start reading at {@link SourceCommand}. A source that was stopped continues after the last item that was committed, from
 * any machine.
 */
@NullMarked
package dev.latentstream.app.source;

import org.jspecify.annotations.NullMarked;
