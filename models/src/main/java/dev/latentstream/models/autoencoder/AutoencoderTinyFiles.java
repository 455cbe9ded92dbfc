package dev.latentstream.models.autoencoder;

import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.Safetensors;
import dev.latentstream.models.weights.SupportedConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The files of an {@link AutoencoderTiny}: diffusers' layout, or that of TAESD, whose layers follow from the tensors' names. */
public final class AutoencoderTinyFiles {
    private static final SupportedConfig SUPPORTED = SupportedConfig.ofDiffusers(
            "AutoencoderTiny",
            Map.of(
                    "act_fn", List.of("\"relu\""),
                    "upsampling_scaling_factor", List.of("2"),
                    "upsample_fn", List.of("\"nearest\"")),
            Set.of(
                    "in_channels",
                    "out_channels",
                    "encoder_block_out_channels",
                    "decoder_block_out_channels",
                    "latent_channels",
                    "num_encoder_blocks",
                    "num_decoder_blocks",
                    "scaling_factor",
                    "shift_factor",
                    "latents_mean",
                    "latents_std"),
            Set.of("latents_mean", "latents_std"),
            Set.of("block_out_channels", "latent_magnitude", "latent_shift", "force_upcast"));

    private AutoencoderTinyFiles() {}

    /** A network and the scale of its latents. */
    record LoadedConfig(AutoencoderTiny.Config config, LatentNormalization scale) {}

    /** Reads diffusers' configuration. */
    static LoadedConfig describe(ModelConfig json) throws IOException {
        SUPPORTED.check(json);
        int images = json.integer("in_channels", 3);
        if (json.integer("out_channels", 3) != images) {
            throw json.fault("out_channels", "known is the number of in_channels, %d".formatted(images));
        }
        try {
            AutoencoderTiny.Config config = new AutoencoderTiny.Config(
                    images,
                    json.integer("latent_channels", 4),
                    width(json),
                    json.integers("num_encoder_blocks"),
                    json.integers("num_decoder_blocks"));
            return new LoadedConfig(config, LatentNormalization.read(json, config.latentChannels(), 1));
        } catch (IllegalArgumentException e) {
            throw json.fault("latent_channels", String.valueOf(e.getMessage()));
        }
    }

    private static int width(ModelConfig json) throws IOException {
        List<Integer> widths = new ArrayList<>(json.integers("encoder_block_out_channels"));
        widths.addAll(json.integers("decoder_block_out_channels"));
        if (Set.copyOf(widths).size() != 1) {
            throw json.fault("encoder_block_out_channels", "all levels of encoder and decoder must be equally wide");
        }
        return widths.get(0);
    }

    /** Writes diffusers' configuration, with the scale as {@code latents_mean} and {@code latents_std}. */
    public static byte[] json(AutoencoderTiny.Config config, LatentNormalization scale) {
        List<Integer> widths = Collections.nCopies(config.encoderBlocks().size(), config.width());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("_class_name", "AutoencoderTiny");
        json.put("act_fn", "relu");
        json.put("in_channels", config.imageChannels());
        json.put("out_channels", config.imageChannels());
        json.put("latent_channels", config.latentChannels());
        json.put("encoder_block_out_channels", widths);
        json.put("decoder_block_out_channels", widths);
        json.put("num_encoder_blocks", config.encoderBlocks());
        json.put("num_decoder_blocks", config.decoderBlocks());
        json.put("upsampling_scaling_factor", 2);
        json.put("scaling_factor", 1.0);
        json.put("latents_mean", scale.mean());
        json.put("latents_std", scale.std());
        return ModelConfig.bytes(json);
    }

    // ------------------------------------------------------------------ the original layout

    /** Infers the configuration from the tensors of an encoder and a decoder that have none. */
    static AutoencoderTiny.Config infer(Path encoder, Path decoder) throws IOException {
        try (Safetensors from = Safetensors.open(encoder);
                Safetensors to = Safetensors.open(decoder)) {
            long[] first = shape(from, encoder, "0.weight");
            long[] last = shape(from, encoder, lastLayer(from) + ".weight");
            return new AutoencoderTiny.Config(
                    (int) first[1], (int) last[0], (int) first[0], blocks(from, 1), blocks(to, 3));
        } catch (IllegalArgumentException e) {
            throw new IOException("%s, %s: not TAESD's layers: %s".formatted(encoder, decoder, e.getMessage()), e);
        }
    }

    /** Numbers of residual blocks between one single convolution and the next. */
    private static List<Integer> blocks(Safetensors file, int start) {
        List<Integer> blocks = new ArrayList<>(List.of(0));
        int end = lastLayer(file);
        for (int i = start; i < end; i++) {
            if (file.names().contains(i + ".conv.0.weight")) {
                blocks.set(blocks.size() - 1, blocks.get(blocks.size() - 1) + 1);
            } else if (file.names().contains(i + ".weight")) {
                blocks.add(0);
            }
        }
        return blocks;
    }

    private static long[] shape(Safetensors file, Path path, String name) throws IOException {
        long[] shape = file.names().contains(name) ? file.shape(name).getShape() : new long[0];
        if (shape.length != 4) {
            throw new IOException("%s: tensor %s is missing or no convolution".formatted(path, name));
        }
        return shape;
    }

    private static int lastLayer(Safetensors file) {
        return file.names().stream()
                .map(name -> name.substring(0, Math.max(0, name.indexOf('.'))))
                .filter(index -> index.matches("\\d{1,4}"))
                .mapToInt(Integer::parseInt)
                .max()
                .orElse(0);
    }

    /** {@code layers.3.conv.0.weight -> 3.conv.0.weight} */
    static String originalEncoderName(String name) {
        return name.substring("layers.".length());
    }

    /** {@code layers.2.conv.0.weight -> 3.conv.0.weight}: the original counts the clamp as layer 0. */
    static String originalDecoderName(String name) {
        String[] words = name.split("\\.", 3);
        return "%d.%s".formatted(Integer.parseInt(words[1]) + 1, words[2]);
    }
}
