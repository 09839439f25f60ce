package io.faultline.http;

/**
 * What a request was answered with, read to its end.
 *
 * @param body the first megabyte of it
 */
public record HttpAnswer(int status, String body) {}
