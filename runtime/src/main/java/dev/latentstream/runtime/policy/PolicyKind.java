package dev.latentstream.runtime.policy;

import dev.latentstream.schemas.CaptionPolicy;
import dev.latentstream.schemas.FilterPolicy;
import dev.latentstream.schemas.MixturePolicy;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;

/** What can be turned in flight. */
public enum PolicyKind {
    FILTER(FilterPolicy.class),
    CAPTION(CaptionPolicy.class),
    MIXTURE(MixturePolicy.class);

    /** The scope of what holds for every source that has no policy of its own. */
    public static final String EVERYWHERE = "*";

    private final Class<? extends SpecificRecord> type;

    PolicyKind(Class<? extends SpecificRecord> type) {
        this.type = type;
    }

    /** Class of the policies of this kind. */
    public Class<? extends SpecificRecord> type() {
        return type;
    }

    /** As in keys of {@code control}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Key in {@code control}. */
    public String key(String scope) {
        return id() + "/" + scope;
    }

    /** The kind of a key in {@code control}; empty if it is none. */
    public static Optional<PolicyKind> ofKey(String key) {
        return Arrays.stream(values())
                .filter(kind -> key.startsWith(kind.key(""))
                        && key.length() > kind.key("").length())
                .findFirst();
    }
}
