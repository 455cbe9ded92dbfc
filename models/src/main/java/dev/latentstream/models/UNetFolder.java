package dev.latentstream.models;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.models.SafetensorsWriter.Precision;
import dev.latentstream.models.UNet2DConditionModel.Config;
import dev.latentstream.models.UNet2DConditionModel.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A UNet on disk as diffusers keeps one: {@code config.json} beside {@code diffusion_pytorch_model.safetensors}.
 *
 * <p>What diffusers can configure and this network cannot compute is refused by its name and value.
 */
public final class UNetFolder {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CONFIG = "config.json";
    private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

    /** Settings with one value that is supported here; where diffusers' default differs, the file must name it. */
    private record Fixed(String name, String supported, String byDefault) {
        Fixed(String name, String supported) {
            this(name, supported, supported);
        }
    }

    private static final List<Fixed> FIXED = List.of(
            new Fixed("use_linear_projection", "true", "false"),
            new Fixed("mid_block_type", "UNetMidBlock2DCrossAttn"),
            new Fixed("act_fn", "silu"),
            new Fixed("addition_embed_type", "null"),
            new Fixed("center_input_sample", "false"),
            new Fixed("class_embed_type", "null"),
            new Fixed("conv_in_kernel", "3"),
            new Fixed("conv_out_kernel", "3"),
            new Fixed("downsample_padding", "1"),
            new Fixed("dual_cross_attention", "false"),
            new Fixed("encoder_hid_dim", "null"),
            new Fixed("flip_sin_to_cos", "true"),
            new Fixed("freq_shift", "0"),
            new Fixed("only_cross_attention", "false"),
            new Fixed("resnet_time_scale_shift", "default"),
            new Fixed("time_embedding_dim", "null"),
            new Fixed("time_embedding_type", "positional"),
            new Fixed("attention_type", "default"));

    private UNetFolder() {}

    /** Makes the network that a folder describes, with the weights that it holds. */
    public static UNet2DConditionModel load(Path folder, NDManager manager) throws IOException {
        UNet2DConditionModel network = new UNet2DConditionModel(config(folder));
        try (Safetensors file = weights(folder)) {
            Weights.load(network, manager, file);
        }
        return network;
    }

    /** Writes a network and its configuration; the folder may hold an older one. */
    public static void save(UNet2DConditionModel network, Path folder, Precision precision) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve(CONFIG), json(network.config()));
        Weights.save(network, folder.resolve(WEIGHTS), Map.of("format", "pt"), precision);
    }

    static Safetensors weights(Path folder) throws IOException {
        return Safetensors.open(folder.resolve(WEIGHTS));
    }

    /** Reads the configuration alone. */
    public static Config config(Path folder) throws IOException {
        Path path = folder.resolve(CONFIG);
        JsonNode json = JSON.readTree(path.toFile());
        for (Fixed fixed : FIXED) {
            String value = json.has(fixed.name()) ? json.get(fixed.name()).asText() : fixed.byDefault();
            if (!value.equals(fixed.supported())) {
                throw new IOException(
                        "%s: %s is %s; supported is %s".formatted(path, fixed.name(), value, fixed.supported()));
            }
        }
        try {
            return config(path, json);
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    private static Config config(Path path, JsonNode json) throws IOException {
        List<Integer> channels = numbers(json.path("block_out_channels"), 1);
        List<Integer> depths = numbers(json.path("transformer_layers_per_block"), channels.size());
        List<Integer> heads =
                numbers(json.path("attention_head_dim"), channels.size()); // diffusers' name for their number
        JsonNode types = json.path("down_block_types");
        if (depths.size() != channels.size() || heads.size() != channels.size() || types.size() != channels.size()) {
            throw new IOException("%s: %d channels, %d depths, %d numbers of heads and %d block types; all must agree"
                    .formatted(path, channels.size(), depths.size(), heads.size(), types.size()));
        }
        int last = channels.size() - 1;
        int headWidth = channels.get(last) / heads.get(last);
        List<Level> levels = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            boolean attends = attends(path, types.get(i).asText());
            if (attends && channels.get(i) != headWidth * heads.get(i)) {
                throw new IOException("%s: heads of width %d and of width %d; one width is supported"
                        .formatted(path, channels.get(i) / heads.get(i), headWidth));
            }
            levels.add(new Level(channels.get(i), attends ? depths.get(i) : 0));
        }
        return new Config(
                json.path("in_channels").asInt(4),
                json.path("out_channels").asInt(4),
                levels,
                json.path("layers_per_block").asInt(2),
                depths.get(last),
                headWidth,
                json.path("cross_attention_dim").asInt(1280),
                json.path("norm_num_groups").asInt(32));
    }

    private static boolean attends(Path path, String type) throws IOException {
        return switch (type) {
            case "CrossAttnDownBlock2D" -> true;
            case "DownBlock2D" -> false;
            default ->
                throw new IOException(path + ": block type " + type
                        + "; supported are CrossAttnDownBlock2D and DownBlock2D with their mirror images");
        };
    }

    /** diffusers lets one number stand for as many as there are levels. */
    private static List<Integer> numbers(JsonNode node, int count) {
        List<Integer> numbers = new ArrayList<>();
        if (node.isArray()) {
            node.forEach(n -> numbers.add(n.asInt()));
        } else {
            for (int i = 0; i < count; i++) {
                numbers.add(node.asInt(1));
            }
        }
        return numbers;
    }

    private static String json(Config config) {
        ObjectNode json = JSON.createObjectNode();
        json.put("_class_name", "UNet2DConditionModel");
        json.put("in_channels", config.inChannels()).put("out_channels", config.outChannels());
        json.put("layers_per_block", config.residualBlocks());
        json.put("cross_attention_dim", config.textWidth());
        json.put("norm_num_groups", config.groups());
        json.put("use_linear_projection", true);
        ArrayNode channels = json.putArray("block_out_channels");
        ArrayNode depths = json.putArray("transformer_layers_per_block");
        ArrayNode heads = json.putArray("attention_head_dim");
        ArrayNode down = json.putArray("down_block_types");
        ArrayNode up = json.putArray("up_block_types");
        for (Level level : config.levels()) {
            channels.add(level.channels());
            heads.add(Math.max(1, level.channels() / config.headWidth()));
            depths.add(level.depth() == 0 ? 1 : level.depth());
            down.add(level.depth() == 0 ? "DownBlock2D" : "CrossAttnDownBlock2D");
            up.insert(0, level.depth() == 0 ? "UpBlock2D" : "CrossAttnUpBlock2D");
        }
        depths.set(depths.size() - 1, config.middleDepth()); // diffusers gives the middle the last level's depth
        return json.toPrettyString() + "\n";
    }
}
