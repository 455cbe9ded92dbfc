/**
 * Conditions on the attributes of images, in a small language without scripts.
 *
 * <p>Start reading at {@link dev.latentstream.runtime.rules.AttributeRule}, which has the grammar. Everything here is immutable and pure.
 */
@NullMarked
package dev.latentstream.runtime.rules;

import org.jspecify.annotations.NullMarked;
