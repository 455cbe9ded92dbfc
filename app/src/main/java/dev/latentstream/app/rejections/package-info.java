/**
 * The commands that show refused images and send them to be judged again.
 *
 * <p>Start reading at {@link RejectionsCommand}. The last record of an image id in {@code images-rejected} is the decision about it; a
 * tombstone means that it was admitted or removed. Whoever replays decides nothing: ingest judges what it is sent.
 */
@NullMarked
package dev.latentstream.app.rejections;

import org.jspecify.annotations.NullMarked;
