package dev.latentstream.app.control;

import dev.latentstream.runtime.policy.PolicyKind;
import dev.latentstream.runtime.policy.PolicyRules;
import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.DensityLevel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Changes the caption policy. */
@Command(name = "caption", description = "Change how images are captioned from now on.")
final class SetCaptionCommand implements Callable<Integer> {
    @Mixin
    private PolicyEdit edit = new PolicyEdit();

    @Option(
            names = PolicyEdit.SCOPE,
            paramLabel = "S",
            description = "Change only this source. Default: all sources without a policy of their own",
            defaultValue = PolicyKind.EVERYWHERE)
    private String source = PolicyKind.EVERYWHERE;

    @Option(
            names = "--level",
            paramLabel = "NAME=WEIGHT",
            description = "Share of a density level among the captions; the given levels replace all current ones.")
    private Map<String, Double> levels = new LinkedHashMap<>();

    @Option(names = "--captions", paramLabel = "N", description = "Synthetic captions per image.")
    private @Nullable Integer captions;

    @Option(
            names = "--keep-alt-text",
            paramLabel = "true|false",
            arity = "1",
            description = "Whether the text that came with an image is kept as one of its captions.")
    private @Nullable Boolean keepAltText;

    @Override
    public Integer call() throws Exception {
        edit.apply(
                PolicyKind.CAPTION,
                source,
                changed(PolicyRules.builtInCaption()),
                (writer, author) -> writer.changeCaption(source, this::changed, author));
        return 0;
    }

    private CaptionPolicy changed(CaptionPolicy policy) {
        CaptionPolicy.Builder changed = CaptionPolicy.newBuilder(policy);
        if (!levels.isEmpty()) {
            changed.setLevels(levels.entrySet().stream()
                    .map(level -> new DensityLevel(level.getKey(), level.getValue()))
                    .toList());
        }
        if (captions != null) {
            changed.setCaptionsPerImage(captions);
        }
        if (keepAltText != null) {
            changed.setKeepAltText(keepAltText);
        }
        return changed.build();
    }
}
