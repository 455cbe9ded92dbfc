/** Captioners, noun statistics, and the stage that captions images. */
@NullMarked
package dev.latentstream.captioning;

import org.jspecify.annotations.NullMarked;
