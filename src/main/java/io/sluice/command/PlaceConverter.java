package io.sluice.command;

import io.sluice.store.Place;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a folder, or {@code s3://bucket/prefix}, from the command line. */
final class PlaceConverter implements ITypeConverter<Place> {
    @Override
    public Place convert(String text) {
        try {
            return Place.of(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
