package dev.latentstream.scenes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The exact contents of a scene as compact JSON, for attributes, pretraining and evaluation. */
final class SceneContents {
    private SceneContents() {}

    /** Returns one line of JSON; equal scenes give equal text. */
    public static String toJson(Scene scene) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("background", word(scene.background()));
        root.put("variation", scene.variation());
        for (SceneObject object : scene.objects()) {
            root.withArray("/objects")
                    .addObject()
                    .put("kind", word(object.kind()))
                    .put("colour", word(object.colour()))
                    .put("pattern", word(object.pattern()))
                    .put("size", word(object.size()))
                    .put("x", object.x())
                    .put("y", object.y())
                    .put("extent", object.extent());
        }
        return root.toString();
    }

    /** Parses a scene that was written by {@link #toJson(Scene)}. */
    public static Scene fromJson(String json) {
        try {
            JsonNode root = new ObjectMapper().readTree(json);
            List<SceneObject> objects = new ArrayList<>();
            for (JsonNode node : root.required("objects")) {
                objects.add(object(node));
            }
            return new Scene(
                    constant(Background.class, root.required("background")),
                    objects,
                    root.required("variation").intValue());
        } catch (IOException e) {
            throw new IllegalArgumentException("\"%s\" is not JSON".formatted(json), e);
        }
    }

    private static SceneObject object(JsonNode node) {
        return new SceneObject(
                constant(Kind.class, node.required("kind")),
                constant(Colour.class, node.required("colour")),
                constant(Pattern.class, node.required("pattern")),
                constant(SizeName.class, node.required("size")),
                node.required("x").doubleValue(),
                node.required("y").doubleValue(),
                node.required("extent").doubleValue());
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, JsonNode word) {
        return Enum.valueOf(type, word.asText().toUpperCase(Locale.ROOT));
    }
}
