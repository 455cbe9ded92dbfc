package dev.latentstream.app.control;

import dev.latentstream.schemas.AltTextAction;
import dev.latentstream.schemas.AltTextPolicy;
import dev.latentstream.schemas.Boilerplate;
import dev.latentstream.schemas.KebabCase;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of the rules for texts. */
final class AltTextOptions {
    private static final String NONE = "none";

    @Option(names = "--text-min-characters", paramLabel = "N", description = "Minimum length of a text.")
    private @Nullable Integer minCharacters;

    @Option(
            names = "--text-max-characters",
            paramLabel = "N",
            description = "Maximum length of a text; 0 for no bound.")
    private @Nullable Integer maxCharacters;

    @Option(names = "--text-min-words", paramLabel = "N", description = "Minimum number of words of a text.")
    private @Nullable Integer minWords;

    @Option(
            names = "--text-max-words",
            paramLabel = "N",
            description = "Maximum number of words of a text; 0 for no bound.")
    private @Nullable Integer maxWords;

    @Option(
            names = "--text-language",
            paramLabel = "LANG",
            split = ",",
            description = "Languages of texts, for example en,de; none for any. They replace all current ones.")
    private @Nullable List<String> languages;

    @Option(
            names = "--text-boilerplate",
            paramLabel = "KIND",
            split = ",",
            converter = KindConverter.class,
            description =
                    "Kinds of text that are not admitted: file-names, camera-defaults, addresses, keywords, placeholders, or all;"
                            + " none for none. They replace all current ones.")
    private @Nullable List<String> boilerplate;

    @Option(
            names = "--text-action",
            paramLabel = "drop|refuse",
            converter = ActionConverter.class,
            description =
                    "What becomes of a text that is not admitted: it is dropped, or the image is refused if none is left.")
    private @Nullable AltTextAction action;

    /** Returns the rules with the given options; empty if none is given. */
    Optional<AltTextPolicy> changed(Optional<AltTextPolicy> policy) {
        if (Stream.of(minCharacters, maxCharacters, minWords, maxWords, languages, boilerplate, action)
                .allMatch(given -> given == null)) {
            return Optional.empty();
        }
        AltTextPolicy changed = AltTextPolicy.newBuilder(
                        policy.orElseGet(() -> AltTextPolicy.newBuilder().build()))
                .build();
        Optional.ofNullable(minCharacters).ifPresent(changed::setMinCharacters);
        Optional.ofNullable(maxCharacters).ifPresent(changed::setMaxCharacters);
        Optional.ofNullable(minWords).ifPresent(changed::setMinWords);
        Optional.ofNullable(maxWords).ifPresent(changed::setMaxWords);
        Optional.ofNullable(languages)
                .ifPresent(given -> changed.setLanguages(given.equals(List.of(NONE)) ? List.of() : given));
        Optional.ofNullable(boilerplate)
                .ifPresent(given -> changed.setBoilerplate(
                        given.stream().flatMap(AltTextOptions::kinds).distinct().toList()));
        Optional.ofNullable(action).ifPresent(changed::setAction);
        return Optional.of(changed);
    }

    private static Stream<Boilerplate> kinds(String name) {
        return switch (name) {
            case "all" -> Stream.of(Boilerplate.values()).filter(kind -> kind != Boilerplate.UNKNOWN);
            case NONE -> Stream.empty();
            default -> Stream.of(constant(Boilerplate.class, name)).filter(kind -> kind != Boilerplate.UNKNOWN);
        };
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Checks the name of a kind. */
    static final class KindConverter implements ITypeConverter<String> {
        @Override
        public String convert(String name) {
            if (name.equals(NONE) || isKind(name)) {
                return name;
            }
            throw new TypeConversionException(
                    "\"%s\" is none of all, none, %s".formatted(name, String.join(", ", names(Boilerplate.values()))));
        }

        private static boolean isKind(String name) {
            try {
                return kinds(name).findAny().isPresent();
            } catch (IllegalArgumentException noConstant) {
                return false;
            }
        }
    }

    /** Reads an action by its name. */
    static final class ActionConverter implements ITypeConverter<AltTextAction> {
        @Override
        public AltTextAction convert(String name) {
            try {
                return constant(AltTextAction.class, name);
            } catch (IllegalArgumentException unknown) {
                throw new TypeConversionException("\"%s\" is neither drop nor refuse".formatted(name));
            }
        }
    }

    private static Iterable<String> names(Boilerplate[] kinds) {
        TreeSet<String> names = new TreeSet<>();
        Stream.of(kinds)
                .filter(kind -> kind != Boilerplate.UNKNOWN)
                .map(KebabCase::of)
                .forEach(names::add);
        return names;
    }
}
