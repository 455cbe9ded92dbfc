/**
 * The commands that remove images from a running pipeline, take that back, and list what is removed.
 *
 * <p>Start reading at {@link RemoveCommand}. What follows from a removal is done by the stages and trainers, which read the topic
 * {@code removals}.
 */
@NullMarked
package dev.latentstream.app.removals;

import org.jspecify.annotations.NullMarked;
