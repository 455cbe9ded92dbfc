/**
 * What travels through the topics: the records (generated from {@code latentstream.avdl}), the catalogue of topics, and how
 * a record becomes bytes.
 *
 * <p>Start reading at {@link dev.latentstream.schemas.Topics}.
 */
@NullMarked
package dev.latentstream.schemas;

import org.jspecify.annotations.NullMarked;
