package io.sluice.model;

/**
 * What a line of text says.
 *
 * @param text empty where nothing could be read
 * @param score mean probability of its characters, 0 to 1; 0 where there are none
 */
public record ReadLine(String text, double score) {}
