/**
 * The commands that show dead letters of any stage and send them to where they came from.
 *
 * <p>Start reading at {@link DlqCommand}. A letter is replayed once: the topic {@code replays} has its place, written in the transaction of
 * the record.
 */
@NullMarked
package dev.latentstream.app.deadletters;

import org.jspecify.annotations.NullMarked;
