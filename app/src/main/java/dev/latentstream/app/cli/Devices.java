package dev.latentstream.app.cli;

import ai.djl.Device;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Understands {@code --device}: {@code cpu}, {@code gpu0}, {@code gpu1} and so on. */
final class Devices implements ITypeConverter<Device> {
    static final String CPU = "cpu";

    @Override
    public Device convert(String name) {
        if (name.equals(CPU)) {
            return Device.cpu();
        }
        if (name.matches("gpu\\d{1,3}")) {
            return Device.gpu(Integer.parseInt(name.substring("gpu".length())));
        }
        throw new TypeConversionException("%s is not cpu, gpu0, gpu1, ...".formatted(name));
    }
}
