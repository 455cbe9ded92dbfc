/**
 * The commands that send images to {@code images-raw}.
 *
 * <p>Start reading at {@link SourceCommand}. A source that was stopped continues after the last item that the broker acknowledged.
 */
@NullMarked
package dev.latentstream.app.source;

import org.jspecify.annotations.NullMarked;
