package dev.latentstream.app.cli;

import dev.latentstream.runtime.Names;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;

/** The names that a filter has met, so that it can warn of one that nothing has. Not thread-safe. */
public final class SeenNames {
    private final Set<String> seen = new TreeSet<>();

    /** Returns whether a name is the wanted one; null wants every name. */
    public boolean matches(@Nullable String wanted, String name) {
        seen.add(name);
        return wanted == null || wanted.equals(name);
    }

    /**
     * Prints a warning if nothing had the wanted name.
     *
     * @param none what there is none of, for example {@code no refused image of source}
     */
    public void warn(CommandSpec command, @Nullable String wanted, String none) {
        if (wanted != null && !seen.contains(wanted)) {
            command.commandLine()
                    .getErr()
                    .println("warning: %s \"%s\"; there are those of %s".formatted(none, wanted, Names.listed(seen)));
        }
    }
}
