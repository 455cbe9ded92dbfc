package dev.latentstream.registry;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;

/** Confluent's REST protocol: the requests and the format of their responses. */
final class Routes {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The prefix that selects subjects of any context; this registry has only the default context. */
    private static final String ANY_CONTEXT = ":*:";

    private final Registry registry;
    private final SettingsRoutes settings;

    Routes(Registry registry) {
        this.registry = registry;
        this.settings = new SettingsRoutes(registry);
    }

    List<Route> all() {
        return Stream.of(
                        List.of(
                                get("/", request -> JSON.createObjectNode()),
                                get("/contexts", request -> List.of("."))),
                        schemas(),
                        subjects(),
                        compatibility(),
                        settings.all())
                .flatMap(List::stream)
                .toList();
    }

    private List<Route> schemas() {
        return List.of(
                get("/schemas", this::listSchemas),
                get("/schemas/types", request -> List.of("AVRO")),
                get("/schemas/ids/{id}", this::schemaById),
                get("/schemas/ids/{id}/schema", request -> new RawValue(schemaText(request))),
                get("/schemas/ids/{id}/subjects", this::subjectsOfId),
                get("/schemas/ids/{id}/versions", this::versionsOfId));
    }

    private List<Route> subjects() {
        String subject = "/subjects/{subject}";
        String versions = subject + "/versions";
        String version = versions + "/{version}";
        return List.of(
                get("/subjects", this::listSubjects),
                Route.of("POST", subject, this::lookUp),
                Route.of("DELETE", subject, this::deleteSubject),
                get(versions, this::listVersions),
                Route.of("POST", versions, this::register),
                get(version, request -> describe(version(request))),
                Route.of("DELETE", version, this::deleteVersion),
                get(
                        version + "/schema",
                        request -> new RawValue(version(request).schema())),
                get(version + "/referencedby", request -> List.of()));
    }

    private List<Route> compatibility() {
        String versions = "/compatibility/subjects/{subject}/versions";
        return List.of(
                Route.of(
                        "POST",
                        versions,
                        request ->
                                compatibility(request, registry.incompatibilities(request.subject(), schema(request)))),
                Route.of("POST", versions + "/{version}", this::checkAgainstVersion));
    }

    private Object listSchemas(Request request) {
        String prefix = prefix(request);
        return request.page(registry.catalogue().versions(request.visibility()).stream()
                .filter(version -> version.subject().startsWith(prefix))
                .filter(version -> !request.flag("latestOnly") || isLatest(version, request.visibility()))
                .map(Routes::describe)
                .toList());
    }

    private Object schemaById(Request request) {
        ObjectNode answer = JSON.createObjectNode().put("schema", schemaText(request));
        return request.flag("fetchMaxId")
                ? answer.put("maxId", registry.catalogue().highestId())
                : answer;
    }

    private Object subjectsOfId(Request request) {
        return request.page(
                versionsWithId(request).map(Version::subject).distinct().toList());
    }

    private Object versionsOfId(Request request) {
        return request.page(versionsWithId(request)
                .map(version -> JSON.createObjectNode()
                        .put("subject", version.subject())
                        .put("version", version.number()))
                .toList());
    }

    private Stream<Version> versionsWithId(Request request) {
        int id = id(request);
        schemaText(request);
        return registry.catalogue().versions(request.visibility()).stream().filter(version -> version.id() == id);
    }

    private Object listSubjects(Request request) {
        String prefix = prefix(request);
        return request.page(registry.catalogue().subjects(request.visibility()).stream()
                .filter(subject -> subject.startsWith(prefix))
                .toList());
    }

    private Object lookUp(Request request) {
        return describe(registry.lookUp(request.subject(), schema(request), request.visibility()));
    }

    private Object deleteSubject(Request request) {
        return request.flag("permanent")
                ? registry.hardDelete(request.subject())
                : registry.softDelete(request.subject());
    }

    private Object listVersions(Request request) {
        return request.page(registry.versions(request.subject(), request.visibility()).stream()
                .map(Version::number)
                .toList());
    }

    private Object register(Request request) {
        if (request.json().path("id").asInt() > 0) {
            throw RegistryError.notPermitted(
                    "Subject %s is not in import mode: it cannot be given an id".formatted(request.subject()));
        }
        return JSON.createObjectNode().put("id", registry.register(request.subject(), schema(request)));
    }

    private Object deleteVersion(Request request) {
        return request.flag("permanent")
                ? registry.hardDelete(request.subject(), request.path("version"))
                : registry.softDelete(request.subject(), request.path("version"));
    }

    private Object checkAgainstVersion(Request request) {
        return compatibility(
                request, registry.incompatibilities(request.subject(), request.path("version"), schema(request)));
    }

    private static Object compatibility(Request request, List<String> incompatibilities) {
        ObjectNode answer = JSON.createObjectNode().put("is_compatible", incompatibilities.isEmpty());
        if (request.flag("verbose")) {
            ArrayNode messages = answer.putArray("messages");
            incompatibilities.forEach(messages::add);
        }
        return answer;
    }

    private Version version(Request request) {
        return registry.version(request.subject(), request.path("version"), request.visibility());
    }

    private boolean isLatest(Version version, Visibility visibility) {
        return registry.version(version.subject(), "latest", visibility).number() == version.number();
    }

    private String schemaText(Request request) {
        int id = id(request);
        return registry.catalogue().schema(id).orElseThrow(() -> RegistryError.noSuchSchema(id));
    }

    private static int id(Request request) {
        try {
            return Integer.parseInt(request.path("id"));
        } catch (NumberFormatException e) {
            throw RegistryError.noSuchPath();
        }
    }

    private static String prefix(Request request) {
        String prefix = request.query().getOrDefault("subjectPrefix", "");
        return prefix.startsWith(ANY_CONTEXT) ? prefix.substring(ANY_CONTEXT.length()) : prefix;
    }

    static Schema schema(Request request) {
        JsonNode body = request.json();
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw RegistryError.invalidSchema("its type is %s; this registry supports AVRO only".formatted(type));
        }
        if (!body.path("references").isEmpty()) {
            throw RegistryError.invalidSchema("this registry does not support references");
        }
        try {
            return new SchemaParser().parse(request.schemaText()).mainSchema();
        } catch (NullPointerException e) { // thrown by Avro 1.12.1 for an undefined type
            throw RegistryError.invalidSchema("it names a type that it does not define");
        } catch (AvroRuntimeException e) {
            throw RegistryError.invalidSchema(
                    e.getCause() instanceof JacksonException noJson
                            ? "it is not JSON" + Request.place(noJson)
                            : String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode describe(Version version) {
        return JSON.createObjectNode()
                .put("subject", version.subject())
                .put("version", version.number())
                .put("id", version.id())
                .put("schema", version.schema());
    }

    private static Route get(String pattern, Function<Request, Object> handler) {
        return Route.of("GET", pattern, handler);
    }
}
