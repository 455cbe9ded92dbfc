package dev.latentstream.models.backbone;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.models.backbone.UNet2DConditionModel.AddedEmbedding;
import dev.latentstream.models.backbone.UNet2DConditionModel.BlockFamily;
import dev.latentstream.models.backbone.UNet2DConditionModel.BlockType;
import dev.latentstream.models.backbone.UNet2DConditionModel.Blocks;
import dev.latentstream.models.backbone.UNet2DConditionModel.Config;
import dev.latentstream.models.backbone.UNet2DConditionModel.CrossAttention;
import dev.latentstream.models.backbone.UNet2DConditionModel.None;
import dev.latentstream.models.backbone.UNet2DConditionModel.PooledText;
import dev.latentstream.models.backbone.UNet2DConditionModel.Resolution;
import dev.latentstream.models.backbone.UNet2DConditionModel.TextTime;
import dev.latentstream.models.backbone.UNet2DConditionModel.TimeScaleShift;
import dev.latentstream.models.nn.Activation;
import dev.latentstream.models.weights.ModelConfig;
import dev.latentstream.models.weights.SupportedConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of a UNet as diffusers writes it.
 *
 * <p>Every setting of diffusers' class is known here. Values that the network cannot compute are refused by name and value, and so are
 * settings that diffusers does not have.
 */
final class UNetConfigFile {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Settings without effect, at least in 32 bits. */
    private static final Set<String> WITHOUT_EFFECT = Set.of("sample_size", "upcast_attention");

    /** Settings with their supported values, as JSON; the first is diffusers' default. */
    private static final Map<String, List<String>> FIXED = Map.ofEntries(
            Map.entry("_class_name", List.of("\"UNet2DConditionModel\"")),
            Map.entry("attention_type", List.of("\"default\"")),
            Map.entry("center_input_sample", List.of("false")),
            Map.entry("class_embed_type", List.of("null")),
            Map.entry("class_embeddings_concat", List.of("false")),
            Map.entry("conv_in_kernel", List.of("3")),
            Map.entry("conv_out_kernel", List.of("3")),
            Map.entry("cross_attention_norm", List.of("null")),
            Map.entry("downsample_padding", List.of("1")),
            Map.entry("dropout", List.of("0")),
            Map.entry("dual_cross_attention", List.of("false")),
            Map.entry("encoder_hid_dim", List.of("null")),
            Map.entry("encoder_hid_dim_type", List.of("null")),
            Map.entry("flip_sin_to_cos", List.of("true")),
            Map.entry("freq_shift", List.of("0")),
            Map.entry("mid_block_only_cross_attention", List.of("null", "false")),
            Map.entry("mid_block_scale_factor", List.of("1")),
            Map.entry("norm_eps", List.of("1e-5")),
            Map.entry("num_attention_heads", List.of("null")),
            Map.entry("num_class_embeds", List.of("null")),
            Map.entry("only_cross_attention", List.of("false")),
            Map.entry("resnet_out_scale_factor", List.of("1")),
            Map.entry("resnet_skip_time_act", List.of("false")),
            Map.entry("reverse_transformer_layers_per_block", List.of("null")),
            Map.entry("time_cond_proj_dim", List.of("null")),
            Map.entry("time_embedding_act_fn", List.of("null")),
            Map.entry("time_embedding_dim", List.of("null")),
            Map.entry("time_embedding_type", List.of("\"positional\"")),
            Map.entry("timestep_post_act", List.of("null")));

    /** Settings that are read. */
    private static final Set<String> READ = Set.of(
            "act_fn",
            "addition_embed_type",
            "addition_embed_type_num_heads",
            "addition_time_embed_dim",
            "attention_head_dim",
            "block_out_channels",
            "cross_attention_dim",
            "down_block_types",
            "in_channels",
            "layers_per_block",
            "mid_block_type",
            "norm_num_groups",
            "out_channels",
            "projection_class_embeddings_input_dim",
            "resnet_time_scale_shift",
            "transformer_layers_per_block",
            "up_block_types",
            "use_linear_projection");

    private static final SupportedConfig SETTINGS = SupportedConfig.ofDiffusers(
            "UNet2DConditionModel",
            FIXED,
            READ,
            Set.of("addition_embed_type", "addition_time_embed_dim", "projection_class_embeddings_input_dim"),
            WITHOUT_EFFECT);

    private final ModelConfig file;
    private final List<Integer> channels;
    private final BlockType type;

    private UNetConfigFile(ModelConfig file) throws IOException {
        this.file = file;
        channels = file.integers("block_out_channels");
        type = blockType();
    }

    static Config read(Path path) throws IOException {
        ModelConfig file = ModelConfig.read(path);
        SETTINGS.check(file);
        try {
            return new UNetConfigFile(file).config();
        } catch (IllegalArgumentException e) {
            throw new IOException(path + ": " + e.getMessage(), e);
        }
    }

    private Config config() throws IOException {
        List<Integer> depths = depths();
        return new Config(
                file.integer("in_channels", 4),
                file.integer("out_channels", 4),
                levels(),
                new Blocks(
                        file.requireLayers("layers_per_block", same("layers_per_block", 2)),
                        file.integer("norm_num_groups", 32),
                        new BlockFamily(type, activation(), timeScaleShift())),
                new CrossAttention(headDim(), same("cross_attention_dim", 1280), depths.get(depths.size() - 1)),
                addedEmbedding());
    }

    // ------------------------------------------------------------------ blocks

    private BlockType blockType() throws IOException {
        String middle = file.text("mid_block_type", "UNetMidBlock2DCrossAttn");
        return switch (middle) {
            case "UNetMidBlock2DCrossAttn" -> {
                if (!file.flag("use_linear_projection", false)) {
                    throw file.fault("use_linear_projection", "supported is true");
                }
                yield BlockType.LATENT_DIFFUSION;
            }
            case "UNetMidBlock2DSimpleCrossAttn" -> BlockType.DEEPFLOYD_IF;
            default ->
                throw file.fault(
                        "mid_block_type", "supported are UNetMidBlock2DCrossAttn and UNetMidBlock2DSimpleCrossAttn");
        };
    }

    private List<Resolution> levels() throws IOException {
        List<String> down = file.texts("down_block_types");
        List<String> up = new ArrayList<>(file.texts("up_block_types"));
        Collections.reverse(up);
        if (down.size() != channels.size()) {
            throw file.fault("down_block_types", "block_out_channels has %d levels".formatted(channels.size()));
        }
        List<Integer> depths = depths();
        List<Resolution> levels = new ArrayList<>();
        for (int i = 0; i < down.size(); i++) {
            boolean attends = attends(down.get(i));
            if (i >= up.size() || !up.get(i).equals(mirrored(down.get(i)))) {
                throw file.fault("up_block_types", "expected the mirror image of " + down);
            }
            levels.add(new Resolution(channels.get(i), attends ? depths.get(i) : 0));
        }
        return levels;
    }

    private boolean attends(String block) throws IOException {
        if (block.equals(downBlock(type, true))) {
            return true;
        } else if (block.equals(downBlock(type, false))) {
            return false;
        }
        throw file.fault(
                "down_block_types",
                "%s is not supported; supported with this mid_block_type are %s and %s"
                        .formatted(block, downBlock(type, true), downBlock(type, false)));
    }

    private static String downBlock(BlockType type, boolean attends) {
        return switch (type) {
            case LATENT_DIFFUSION -> attends ? "CrossAttnDownBlock2D" : "DownBlock2D";
            case DEEPFLOYD_IF -> attends ? "SimpleCrossAttnDownBlock2D" : "ResnetDownsampleBlock2D";
        };
    }

    private static String mirrored(String downBlock) {
        return downBlock.replace("Down", "Up");
    }

    private List<Integer> depths() throws IOException {
        return switch (type) {
            case LATENT_DIFFUSION -> {
                String key = "transformer_layers_per_block";
                List<Integer> depths = perLevel(key, 1);
                for (int depth : depths) {
                    int unused = file.requireLayers(key, depth);
                }
                yield depths;
            }
            case DEEPFLOYD_IF -> Collections.nCopies(channels.size(), 1);
        };
    }

    /** {@code attention_head_dim} is the number of heads in diffusers, except for DeepFloyd IF, where it is their width. */
    private int headDim() throws IOException {
        List<Integer> values = perLevel("attention_head_dim", 8);
        if (type == BlockType.DEEPFLOYD_IF) {
            return same("attention_head_dim", 8);
        }
        int last = channels.size() - 1;
        int width = channels.get(last) / Math.max(1, values.get(last));
        for (int i = 0; i <= last; i++) {
            boolean attends = i == last || levels().get(i).transformerLayers() > 0;
            if (attends && channels.get(i) != (long) width * values.get(i)) {
                throw file.fault(
                        "attention_head_dim",
                        "%d channels over %d heads; supported are heads of one width, here %d"
                                .formatted(channels.get(i), values.get(i), width));
            }
        }
        return width;
    }

    // ------------------------------------------------------------------ computation of the blocks

    private Activation activation() throws IOException {
        return switch (file.text("act_fn", "silu")) {
            case "silu", "swish" -> Activation.SILU;
            case "gelu" -> Activation.GELU;
            default -> throw file.fault("act_fn", "supported are silu and gelu");
        };
    }

    private TimeScaleShift timeScaleShift() throws IOException {
        return switch (file.text("resnet_time_scale_shift", "default")) {
            case "default" -> TimeScaleShift.ADD;
            case "scale_shift" -> TimeScaleShift.SCALE_AND_SHIFT;
            default -> throw file.fault("resnet_time_scale_shift", "supported are default and scale_shift");
        };
    }

    private AddedEmbedding addedEmbedding() throws IOException {
        return switch (file.text("addition_embed_type", "none")) {
            case "none" -> new None();
            case "text" -> new PooledText(file.integer("addition_embed_type_num_heads", 64));
            case "text_time" -> {
                int dim = file.integer("addition_time_embed_dim");
                int width = file.integer("projection_class_embeddings_input_dim");
                yield new TextTime(dim, width - SizeConditioning.COUNT * dim);
            }
            default -> throw file.fault("addition_embed_type", "supported are null, text and text_time");
        };
    }

    // ------------------------------------------------------------------ values per level

    /** Reads one value per level; diffusers allows a single value for all. */
    private List<Integer> perLevel(String key, int otherwise) throws IOException {
        List<Integer> values = file.isList(key)
                ? file.integers(key)
                : Collections.nCopies(channels.size(), file.integer(key, otherwise));
        if (values.size() != channels.size()) {
            throw file.fault(key, "block_out_channels has %d levels".formatted(channels.size()));
        }
        return values;
    }

    private int same(String key, int otherwise) throws IOException {
        List<Integer> values = perLevel(key, otherwise);
        if (Set.copyOf(values).size() > 1) {
            throw file.fault(key, "supported is one number for all levels");
        }
        return values.get(0);
    }

    // ------------------------------------------------------------------ writing

    /** Writes a configuration as diffusers reads it. */
    static String json(Config config) {
        ObjectNode json = JSON.createObjectNode();
        BlockType type = config.family().type();
        json.put("_class_name", "UNet2DConditionModel");
        json.put("in_channels", config.inChannels()).put("out_channels", config.outChannels());
        json.put("layers_per_block", config.blocks().layersPerBlock());
        json.put("cross_attention_dim", config.crossAttention().dim());
        json.put("norm_num_groups", config.blocks().normGroups());
        json.put("act_fn", config.family().activation() == Activation.SILU ? "silu" : "gelu");
        json.put(
                "resnet_time_scale_shift",
                config.family().timeScaleShift() == TimeScaleShift.ADD ? "default" : "scale_shift");
        write(config.addedEmbedding(), json);
        ArrayNode channels = json.putArray("block_out_channels");
        ArrayNode down = json.putArray("down_block_types");
        ArrayNode up = json.putArray("up_block_types");
        for (Resolution level : config.resolutions()) {
            String block = downBlock(type, level.transformerLayers() > 0);
            channels.add(level.channels());
            down.add(block);
            up.insert(0, mirrored(block));
        }
        switch (type) {
            case LATENT_DIFFUSION -> {
                json.put("mid_block_type", "UNetMidBlock2DCrossAttn");
                json.put("use_linear_projection", true);
                writeTransformers(config, json);
            }
            case DEEPFLOYD_IF -> {
                json.put("mid_block_type", "UNetMidBlock2DSimpleCrossAttn");
                json.put("attention_head_dim", config.crossAttention().headDim());
            }
        }
        return json.toPrettyString() + "\n";
    }

    private static void writeTransformers(Config config, ObjectNode json) {
        ArrayNode depths = json.putArray("transformer_layers_per_block");
        ArrayNode heads = json.putArray("attention_head_dim");
        for (Resolution level : config.resolutions()) {
            heads.add(Math.max(1, level.channels() / config.crossAttention().headDim()));
            depths.add(Math.max(1, level.transformerLayers()));
        }
        depths.set(
                depths.size() - 1,
                config.crossAttention().midTransformerLayers()); // diffusers gives the middle the last level's depth
    }

    private static void write(AddedEmbedding added, ObjectNode json) {
        if (added instanceof PooledText pooled) {
            json.put("addition_embed_type", "text");
            json.put("addition_embed_type_num_heads", pooled.heads());
        } else if (added instanceof TextTime sized) {
            json.put("addition_embed_type", "text_time");
            json.put("addition_time_embed_dim", sized.dim());
            json.put("projection_class_embeddings_input_dim", sized.width());
        }
    }
}
