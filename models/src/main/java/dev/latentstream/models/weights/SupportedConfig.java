package dev.latentstream.models.weights;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The supported keys and values of a network's config. {@link #check} refuses any other by its name and value; a missing key
 * has the original's default.
 *
 * @param owner the original class, for messages
 * @param fixed keys of which only some values are supported, as JSON
 * @param read keys that are read
 * @param nullable keys that are read and may be null; to the originals null is a value, not a missing key
 * @param withoutEffect keys that do not change what is computed in 32 bits
 */
public record SupportedConfig(
        String owner,
        Map<String, List<String>> fixed,
        Set<String> read,
        Set<String> nullable,
        Set<String> withoutEffect) {
    /** Written by {@code EMAModel.save_pretrained} of diffusers into the config of any network. */
    private static final Set<String> EMA = Set.of(
            "decay", "inv_gamma", "min_decay", "optimization_step", "power", "update_after_step", "use_ema_warmup");

    /** Of every config of transformers, from 4.16 to 5: the use, the library's own, and defaults of {@code generate}. */
    private static final Set<String> PRETRAINED = Set.of(
            "add_cross_attention",
            "architectures",
            "attn_implementation",
            "bad_words_ids",
            "begin_suppress_tokens",
            "bos_token_id",
            "chunk_size_feed_forward",
            "cross_attention_hidden_size",
            "decoder_start_token_id",
            "diversity_penalty",
            "do_sample",
            "dtype",
            "early_stopping",
            "encoder_no_repeat_ngram_size",
            "eos_token_id",
            "exponential_decay_length_penalty",
            "finetuning_task",
            "forced_bos_token_id",
            "forced_eos_token_id",
            "gradient_checkpointing",
            "id2label",
            "initializer_factor",
            "initializer_range",
            "is_decoder",
            "label2id",
            "length_penalty",
            "max_length",
            "min_length",
            "model_type",
            "name_or_path",
            "no_repeat_ngram_size",
            "num_beam_groups",
            "num_beams",
            "num_labels",
            "num_return_sequences",
            "output_attentions",
            "output_hidden_states",
            "output_scores",
            "pad_token_id",
            "prefix",
            "problem_type",
            "remove_invalid_values",
            "repetition_penalty",
            "return_dict",
            "return_dict_in_generate",
            "sep_token_id",
            "suppress_tokens",
            "task_specific_params",
            "temperature",
            "tf_legacy_loss",
            "tie_encoder_decoder",
            "tie_word_embeddings",
            "tokenizer_class",
            "top_k",
            "top_p",
            "torch_dtype",
            "torchscript",
            "transformers_version",
            "typical_p",
            "use_bfloat16",
            "use_cache",
            "xla_device");

    private static final Map<String, List<String>> PRETRAINED_FIXED =
            Map.of("is_encoder_decoder", List.of("false"), "pruned_heads", List.of("{}", "null"));

    public SupportedConfig {
        fixed = Map.copyOf(fixed);
        read = Set.copyOf(read);
        nullable = Set.copyOf(nullable);
        withoutEffect = Set.copyOf(withoutEffect);
    }

    /** A class of diffusers. */
    public static SupportedConfig ofDiffusers(
            String owner,
            Map<String, List<String>> fixed,
            Set<String> read,
            Set<String> nullable,
            Set<String> withoutEffect) {
        return new SupportedConfig("diffusers' " + owner, fixed, read, nullable, union(withoutEffect, EMA));
    }

    /** A configuration of transformers, whose general keys have no effect unless they are fixed or read. */
    public static SupportedConfig ofTransformers(
            String owner,
            Map<String, List<String>> fixed,
            Set<String> read,
            Set<String> nullable,
            Set<String> withoutEffect) {
        Map<String, List<String>> all = new HashMap<>(PRETRAINED_FIXED);
        all.putAll(fixed);
        return new SupportedConfig("transformers' " + owner, all, read, nullable, union(withoutEffect, PRETRAINED));
    }

    /** Checks every key of a file; keys that start with an underscore are remarks unless they are known. */
    public void check(ModelConfig file) throws IOException {
        for (String key : file.keys()) {
            List<String> supported = fixed.get(key);
            if (supported != null) {
                file.checkOneOf(key, supported);
            } else if (read.contains(key)) {
                checkNull(file, key);
            } else if (!withoutEffect.contains(key) && !key.startsWith("_")) {
                throw file.fault(key, owner + " has no such setting");
            }
        }
    }

    private void checkNull(ModelConfig file, String key) throws IOException {
        if (!file.has(key) && !nullable.contains(key)) {
            throw file.fault(key, "a value is needed");
        }
    }

    private static Set<String> union(Set<String> one, Set<String> other) {
        Set<String> union = new HashSet<>(one);
        union.addAll(other);
        return union;
    }
}
