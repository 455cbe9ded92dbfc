package dev.latentstream.scenes;

import java.util.List;

/**
 * Poor alt text as found on the web: file names, advertising, names of people, little about the image's contents, sometimes wrong,
 * sometimes empty.
 */
final class SceneAltText {
    private static final List<String> PEOPLE = List.of("Emma", "Jonas", "Aiko", "Fatima", "Luca", "Marta");
    private static final List<String> PLACES = List.of("Lisbon", "Berlin", "Oslo", "Kyoto", "Texas");
    private static final List<String> MONTHS = List.of("May", "June", "July", "October");
    private static final List<String> SIZES = List.of("30x40", "20x30", "A4", "50x70 cm");

    private SceneAltText() {}

    /** Returns the text for a scene; possibly empty. */
    public static String altText(Scene scene, long seed) {
        // The sequence must differ from that of the captions' seeds.
        SeededRandom draws = new SeededRandom(~seed, 0);
        String noun = draws.oneOf(scene.objects()).kind().noun();
        int share = draws.below(100);
        if (share < 12) {
            return "";
        }
        if (share < 34) {
            return fileName(draws);
        }
        if (share < 58) {
            return shopTalk(noun, draws);
        }
        if (share < 76) {
            return remark(noun, draws);
        }
        if (share < 90) {
            return personal(noun, draws);
        }
        return remark(draws.oneOf(List.of(Kind.values())).noun(), draws);
    }

    private static String fileName(SeededRandom draws) {
        int number = draws.between(1000, 9999);
        return draws.oneOf(List.of(
                "IMG_" + number + ".jpg",
                "DSC0" + number + ".JPG",
                "image" + number % 100 + ".png",
                "untitled-" + number % 10,
                "screenshot 2021-0" + draws.between(1, 9) + "-1" + draws.below(10)));
    }

    private static String shopTalk(String noun, SeededRandom draws) {
        String size = draws.oneOf(SIZES);
        return draws.oneOf(List.of(
                "SALE!! cute " + noun + " print " + size,
                "Wall art " + noun + " poster " + size + " - free shipping",
                "buy " + noun + " sticker online, best price",
                "NEW " + noun + " nursery decor | " + draws.oneOf(PEOPLE) + "'s shop",
                "Download stock vector " + noun + " royalty free"));
    }

    private static String remark(String noun, SeededRandom draws) {
        return draws.oneOf(List.of(
                noun,
                "my " + noun,
                noun + " :)",
                "nice " + noun + " drawing, what do you think?",
                "the " + noun + " again",
                noun + " clipart"));
    }

    private static String personal(String noun, SeededRandom draws) {
        String person = draws.oneOf(PEOPLE);
        String place = draws.oneOf(PLACES);
        return draws.oneOf(List.of(
                person + "'s " + noun + ", " + place + " " + draws.between(2011, 2024),
                "Photo by " + person + " in " + place,
                place + " trip, " + draws.oneOf(MONTHS) + " " + draws.between(2011, 2024),
                person + " made this in " + draws.oneOf(MONTHS)));
    }
}
