package dev.latentstream.registry;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Optional;

/** The part of the protocol that reads and sets compatibility levels and modes, for all subjects or for one. */
final class SettingsRoutes {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Registry registry;

    SettingsRoutes(Registry registry) {
        this.registry = registry;
    }

    List<Route> all() {
        String level = "/config/{subject}";
        String mode = "/mode/{subject}";
        return List.of(
                Route.of("GET", "/config", request -> level(registry.level())),
                Route.of("PUT", "/config", request -> setLevel(request, Optional.empty())),
                Route.of("DELETE", "/config", request -> unsetLevel(Optional.empty(), registry.level())),
                Route.of("GET", level, this::subjectLevel),
                Route.of("PUT", level, request -> setLevel(request, Optional.of(request.subject()))),
                Route.of("DELETE", level, this::unsetSubjectLevel),
                Route.of("GET", "/mode", request -> mode(registry.mode())),
                Route.of("PUT", "/mode", request -> setMode(request, Optional.empty())),
                Route.of("DELETE", "/mode", request -> unsetMode(Optional.empty(), registry.mode())),
                Route.of("GET", mode, this::subjectMode),
                Route.of("PUT", mode, request -> setMode(request, Optional.of(request.subject()))),
                Route.of("DELETE", mode, this::unsetSubjectMode));
    }

    private Object subjectLevel(Request request) {
        Optional<CompatibilityLevel> own = registry.catalogue().level(Optional.of(request.subject()));
        if (own.isEmpty() && !request.flag("defaultToGlobal")) {
            throw RegistryError.noLevel(request.subject());
        }
        return level(own.orElseGet(registry::level));
    }

    private Object setLevel(Request request, Optional<String> subject) {
        String name = request.json().path("compatibility").asText();
        CompatibilityLevel level = CompatibilityLevel.named(name).orElseThrow(() -> RegistryError.invalidLevel(name));
        registry.set(subject, level);
        return JSON.createObjectNode().put("compatibility", level.name());
    }

    private Object unsetSubjectLevel(Request request) {
        Optional<String> subject = Optional.of(request.subject());
        CompatibilityLevel old =
                registry.catalogue().level(subject).orElseThrow(() -> RegistryError.noSuchSubject(request.subject()));
        return unsetLevel(subject, old);
    }

    private Object unsetLevel(Optional<String> subject, CompatibilityLevel old) {
        registry.unsetLevel(subject);
        return level(old);
    }

    private Object subjectMode(Request request) {
        Optional<Mode> own = registry.catalogue().mode(Optional.of(request.subject()));
        if (own.isEmpty() && !request.flag("defaultToGlobal")) {
            throw RegistryError.noMode(request.subject());
        }
        return mode(own.orElseGet(registry::mode));
    }

    private Object setMode(Request request, Optional<String> subject) {
        String name = request.json().path("mode").asText();
        Mode mode = Mode.named(name).orElseThrow(() -> RegistryError.invalidMode(name));
        registry.set(subject, mode);
        return mode(mode);
    }

    private Object unsetSubjectMode(Request request) {
        Optional<String> subject = Optional.of(request.subject());
        Mode old = registry.catalogue().mode(subject).orElseThrow(() -> RegistryError.noSuchSubject(request.subject()));
        return unsetMode(subject, old);
    }

    private Object unsetMode(Optional<String> subject, Mode old) {
        registry.unsetMode(subject);
        return mode(old);
    }

    private static Object level(CompatibilityLevel level) {
        return JSON.createObjectNode().put("compatibilityLevel", level.name());
    }

    private static Object mode(Mode mode) {
        return JSON.createObjectNode().put("mode", mode.name());
    }
}
