/** Neural networks, their files, tokenizers, schedules and samplers; knows no Kafka. */
@NullMarked
package dev.latentstream.models;

import org.jspecify.annotations.NullMarked;
