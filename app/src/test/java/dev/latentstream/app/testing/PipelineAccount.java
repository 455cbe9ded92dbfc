package dev.latentstream.app.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.schemas.Captions;
import dev.latentstream.schemas.Image;
import dev.latentstream.schemas.Latent;
import dev.latentstream.schemas.Rejection;
import dev.latentstream.schemas.Topic;
import dev.latentstream.schemas.Topics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;

/** Where each image of a pipeline has ended, by its topics. */
public final class PipelineAccount {
    private final CommittedLog log;
    private final Topics topics;
    private final Set<String> removed;

    /**
     * Reads nothing yet.
     *
     * @param removed ids of images that were removed
     */
    public PipelineAccount(CommittedLog log, Topics topics, Set<String> removed) {
        this.log = log;
        this.topics = topics;
        this.removed = removed;
    }

    /** Returns whether every image that was sent is decided, and every admitted one has its latent. */
    public boolean isComplete() {
        Map<String, Image> images = log.table(topics.images());
        Set<String> decided = new HashSet<>(images.keySet());
        decided.addAll(log.table(topics.imagesRejected()).keySet());
        decided.addAll(removed);
        return decided.containsAll(log.keys(topics.imagesRaw().name()))
                && latents().keySet().equals(images.keySet());
    }

    /** Fails unless every image is in one place, and was written there once. */
    public void check(int sent) {
        Set<String> raw = new HashSet<>(log.keys(topics.imagesRaw().name()));
        Map<String, Image> images = log.table(topics.images());
        Map<String, Rejection> rejections = log.table(topics.imagesRejected());
        rejections.values().removeIf(rejection -> rejection.getStage().equals("source")); // of what was never sent
        Map<String, Latent> latents = latents();
        Map<String, Captions> captions = log.table(topics.captions());

        assertThat(log.keys(topics.imagesRaw().name()))
                .as("records of images-raw")
                .hasSize(sent);
        assertThat(rejections.keySet())
                .as("admitted or refused, never both")
                .doesNotContainAnyElementsOf(images.keySet());
        Set<String> decided = new HashSet<>(images.keySet());
        decided.addAll(rejections.keySet());
        decided.addAll(removed);
        assertThat(decided).isEqualTo(raw);
        assertThat(images.keySet()).noneMatch(removed::contains);
        assertThat(captions.keySet()).isEqualTo(images.keySet());
        assertThat(log.table(topics.encodings()).keySet()).isEqualTo(images.keySet());
        assertThat(latents.keySet()).isEqualTo(images.keySet());
        assertThat(latents).allSatisfy((image, latent) -> assertThat(latent.getCaptions())
                .as("the captions in force")
                .isEqualTo(captions.get(image)));
        assertThat(images(topics.images(), Image::getTextRevision)).allSatisfy(PipelineAccount::areEachOnce);
        assertThat(images(topics.encodings(), encoding -> 0)).allSatisfy(PipelineAccount::areEachOnce);
        assertThat(images(topics.captions(), PipelineAccount::revision)).allSatisfy(PipelineAccount::areEachOnce);
        sources().forEach(source -> assertThat(images(topics.latents(source), latent -> revision(latent.getCaptions())))
                .allSatisfy(PipelineAccount::areEachOnce));
        assertThat(log.topics().stream().filter(Topics::isDeadLetters).flatMap(topic -> log.keys(topic).stream()))
                .as("dead letters")
                .isEmpty();
    }

    /** Fails unless the images of a source have each revision of their captions up to the last recaption. */
    public void checkRecaptioned(String source, int recaptions) {
        Set<String> ids = log.table(topics.latents(source)).keySet();
        Map<String, List<Object>> revisions = images(topics.captions(), Captions::getRevision);
        revisions.keySet().retainAll(ids);

        assertThat(revisions).hasSameSizeAs(ids).allSatisfy((image, found) -> assertThat(found)
                .isEqualTo(IntStream.rangeClosed(0, recaptions).boxed().toList()));
    }

    private static String revision(Captions captions) {
        return captions.getTextRevision() + "." + captions.getRevision();
    }

    private static void areEachOnce(String image, List<Object> written) {
        assertThat(written).as(image).doesNotHaveDuplicates();
    }

    /** Returns what distinguishes the records with a value of each key. */
    private <V extends SpecificRecord> Map<String, List<Object>> images(Topic<V> topic, Function<V, Object> revision) {
        Map<String, List<Object>> images = new TreeMap<>();
        log.read(topic).stream().filter(record -> record.value() != null).forEach(record -> images.computeIfAbsent(
                        record.key(), image -> new ArrayList<>())
                .add(revision.apply(record.value())));
        return images;
    }

    /** Returns the latents of all sources, by image. */
    public Map<String, Latent> latents() {
        Map<String, Latent> latents = new TreeMap<>();
        sources().forEach(source -> latents.putAll(log.table(topics.latents(source))));
        return latents;
    }

    private List<String> sources() {
        return log.topics().stream()
                .filter(topics::isLatents)
                .map(topics::sourceOfLatents)
                .toList();
    }
}
