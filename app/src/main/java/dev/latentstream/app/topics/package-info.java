/**
 * The commands that look into topics: {@code inspect}, and Kafka's own tools by {@code kafka}.
 *
 * <p>Start reading at {@link TopicReader}.
 */
@NullMarked
package dev.latentstream.app.topics;

import org.jspecify.annotations.NullMarked;
