/**
 * The captioners, the noun statistics and the captioning stage.
 *
 * <p>Start reading at {@link dev.latentstream.captioning.CaptioningProcessor}. Every image of {@code images} ends once in
 * {@code captions} or once in {@code images-rejected}. A captioner and
 * the processor are not thread-safe.
 */
@NullMarked
package dev.latentstream.captioning;

import org.jspecify.annotations.NullMarked;
