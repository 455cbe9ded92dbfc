package dev.latentstream.scenes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Correct captions of a scene at three densities. The phrasing varies with the seed; the vocabulary is small and lower case, and
 * every noun is in the image.
 */
public final class SceneCaptions {
    // Offsets against one seed giving the same choices in all three captions.
    private static final long SHORT = 1;
    private static final long MEDIUM = 2;
    private static final long DENSE = 3;

    private SceneCaptions() {}

    /** Names the largest object or the two largest: "a red fish". */
    public static String shortCaption(Scene scene, long seed) {
        SeededRandom draws = new SeededRandom(seed, SHORT);
        List<SceneObject> objects = bySize(scene);
        String first = NounPhrases.coloured(objects.get(0));
        if (objects.size() == 1 || draws.inPercent(50)) {
            return draws.inPercent(80) ? first : "a picture of " + first;
        }
        return first + draws.oneOf(List.of(" and ", " with ")) + NounPhrases.coloured(objects.get(1));
    }

    /** Names all objects with their colours. */
    public static String mediumCaption(Scene scene, long seed) {
        SeededRandom draws = new SeededRandom(seed, MEDIUM);
        String opening = draws.oneOf(List.of("", "a picture of ", "a drawing of ", "there is "));
        return opening
                + NounPhrases.list(
                        bySize(scene).stream().map(NounPhrases::coloured).toList());
    }

    /** Names all objects with colours, patterns, notable sizes and relations, and the background. */
    public static String denseCaption(Scene scene, long seed) {
        SeededRandom draws = new SeededRandom(seed, DENSE);
        List<String> sentences = new ArrayList<>(sentences(scene, draws));
        String background = scene.background().phrase();
        if (draws.inPercent(50)) {
            sentences.add(draws.oneOf(List.of("the background is ", "behind them is ", "the background shows "))
                            .replace("them", scene.objects().size() == 1 ? "it" : "them")
                    + background);
        } else {
            sentences.add(0, draws.oneOf(List.of("the picture shows ", "we see ", "this is ")) + background);
        }
        return String.join(". ", sentences) + ".";
    }

    private static List<String> sentences(Scene scene, SeededRandom draws) {
        List<SceneObject> objects = scene.objects();
        String first = NounPhrases.detailed(objects.get(0), draws);
        if (objects.size() == 1) {
            String place = ObjectPosition.of(objects.get(0)).phrase();
            return List.of(draws.oneOf(List.of(first + " is " + place, "there is " + first + " " + place)));
        }
        List<Integer> mentioned = new ArrayList<>(List.of(0));
        List<String> sentences = new ArrayList<>();
        while (mentioned.size() < objects.size()) {
            int next = mentioned.size() == 1 ? nearest(objects, 0) : firstUnmentioned(mentioned, objects.size());
            int anchor = mentioned.size() == 1 ? 0 : nearestOf(objects, next, mentioned);
            String relation = Relation.between(scene, next, anchor).phrase(draws);
            String subject = NounPhrases.detailed(objects.get(next), draws);
            String reference = sentences.isEmpty()
                    ? first
                    : "the " + objects.get(anchor).kind().noun();
            sentences.add(sentence(subject, relation, reference, draws));
            mentioned.add(next);
        }
        return sentences;
    }

    private static String sentence(String subject, String relation, String reference, SeededRandom draws) {
        return draws.oneOf(List.of(
                subject + " is " + relation + " " + reference,
                relation + " " + reference + " is " + subject,
                "there is " + subject + " " + relation + " " + reference));
    }

    private static List<SceneObject> bySize(Scene scene) {
        return scene.objects().stream()
                .sorted(Comparator.comparingDouble(SceneObject::extent).reversed())
                .toList();
    }

    private static int firstUnmentioned(List<Integer> mentioned, int count) {
        for (int i = 0; i < count; i++) {
            if (!mentioned.contains(i)) {
                return i;
            }
        }
        throw new IllegalStateException("all %d objects are mentioned".formatted(count));
    }

    private static int nearest(List<SceneObject> objects, int from) {
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < objects.size(); i++) {
            if (i != from) {
                others.add(i);
            }
        }
        return nearestOf(objects, from, others);
    }

    private static int nearestOf(List<SceneObject> objects, int from, List<Integer> candidates) {
        SceneObject object = objects.get(from);
        int nearest = candidates.get(0);
        for (int candidate : candidates) {
            if (squaredDistance(object, objects.get(candidate)) < squaredDistance(object, objects.get(nearest))) {
                nearest = candidate;
            }
        }
        return nearest;
    }

    private static double squaredDistance(SceneObject a, SceneObject b) {
        return (a.x() - b.x()) * (a.x() - b.x()) + (a.y() - b.y()) * (a.y() - b.y());
    }

    /** Noun phrases, and their lists. */
    private static final class NounPhrases {
        private NounPhrases() {}

        /** "a red fish". */
        static String coloured(SceneObject object) {
            return withArticle(object.colour().word() + " " + object.kind().noun());
        }

        /** "a large red fish with dots": every notable property of an object. */
        static String detailed(SceneObject object, SeededRandom draws) {
            String size =
                    switch (object.size()) {
                        case SMALL -> draws.oneOf(List.of("small ", "little "));
                        case MEDIUM -> "";
                        case LARGE -> draws.oneOf(List.of("large ", "big "));
                    };
            String noun = object.colour().word() + " " + object.kind().noun();
            boolean afterNoun = draws.inPercent(50);
            return withArticle(
                    switch (object.pattern()) {
                        case PLAIN -> size + noun;
                        case STRIPED -> afterNoun ? size + noun + " with stripes" : size + "striped " + noun;
                        case DOTTED -> afterNoun ? size + noun + " with dots" : size + "dotted " + noun;
                        case CHECKED -> afterNoun ? size + noun + " with squares" : size + "checked " + noun;
                    });
        }

        /** "a, b and c". */
        static String list(List<String> items) {
            int last = items.size() - 1;
            return last == 0 ? items.get(0) : String.join(", ", items.subList(0, last)) + " and " + items.get(last);
        }

        static String withArticle(String phrase) {
            return ("aeiou".indexOf(phrase.charAt(0)) >= 0 ? "an " : "a ") + phrase;
        }
    }
}
