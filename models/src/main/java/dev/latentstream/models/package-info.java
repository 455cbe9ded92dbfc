/**
 * Neural networks, their files, tokenizers, noise schedules and samplers; knows no Kafka.
 *
 * <p>Start reading at {@code backbone} for the networks that are trained, at {@code diffusion} for how, at {@code autoencoder}, {@code caption}
 * and {@code text} for those that prepare the data. The lower floors ({@code nn}, {@code weights}, {@code tokenizer}) are for this module
 * alone. {@link ShippedModels} are the networks that come with the program.
 */
@NullMarked
package dev.latentstream.models;

import org.jspecify.annotations.NullMarked;
