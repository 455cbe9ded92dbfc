/**
 * The caption in the answer of a chat model: the habits of such models, as a table of rules.
 *
 * <p>Start reading at {@link dev.latentstream.captioning.answer.AnswerRules}. All classes are pure functions of a text.
 */
@NullMarked
package dev.latentstream.captioning.answer;

import org.jspecify.annotations.NullMarked;
