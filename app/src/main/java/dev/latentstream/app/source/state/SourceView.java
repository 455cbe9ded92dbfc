package dev.latentstream.app.source.state;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.latentstream.schemas.KebabCase;
import dev.latentstream.schemas.SourceState;
import dev.latentstream.schemas.SourceStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** The state of a source as commands print it. */
final class SourceView {
    /** A runner writes its state at least every ten seconds. */
    private static final Duration SILENT_AFTER = Duration.ofSeconds(30);

    private final String name;
    private final SourceState state;
    private final Instant now;

    SourceView(String name, SourceState state, Instant now) {
        this.name = name;
        this.state = state;
        this.now = now;
    }

    /** Returns the status; that of a runner that no longer writes is {@code silent}. */
    String status() {
        boolean silent = state.getStatus() == SourceStatus.RUNNING
                && Duration.between(state.getTime(), now).compareTo(SILENT_AFTER) > 0;
        return silent ? "silent" : KebabCase.of(state.getStatus());
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add("source    " + name);
        lines.add("origin    " + state.getOrigin());
        lines.add("status    " + status() + why());
        lines.add("images    %d sent by all runs, %d rejected".formatted(state.getImages(), state.getRejected()));
        new TreeMap<>(state.getRun()).forEach((what, count) -> lines.add("last run  %d %s".formatted(count, what)));
        state.getPosition().ifPresent(position -> lines.add("position  " + position));
        lines.add("written   %s by %s".formatted(state.getTime(), state.getWriter()));
        return lines;
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("source", name)
                .put("origin", state.getOrigin())
                .put("status", status())
                .put("images", state.getImages())
                .put("rejected", state.getRejected());
        ObjectNode run = json.putObject("run");
        new TreeMap<>(state.getRun()).forEach(run::put);
        return json.put("position", state.getPosition().orElse(null))
                .put("writer", state.getWriter())
                .put("time", state.getTime().toString())
                .put("author", state.getAuthor())
                .put("reason", state.getReason());
    }

    private String why() {
        boolean byPerson =
                state.getStatus() == SourceStatus.PAUSED && !state.getAuthor().isEmpty();
        return (byPerson ? " by " + state.getAuthor() : "")
                + (state.getReason().isEmpty() ? "" : ": " + state.getReason());
    }
}
