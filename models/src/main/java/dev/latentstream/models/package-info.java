/**
 * Neural networks, their files, tokenizers, noise schedules and samplers; knows no Kafka.
 *
 * <p>Start reading at {@code backbone} for the networks that are trained, at {@code diffusion} for their training, at {@code autoencoder}, {@code caption}
 * and {@code text} for those that prepare the data. The lower packages ({@code nn}, {@code weights}, {@code tokenizer}) are for this module
 * alone. {@link ShippedModels} are the networks shipped with the program.
 */
@NullMarked
package dev.latentstream.models;

import org.jspecify.annotations.NullMarked;
