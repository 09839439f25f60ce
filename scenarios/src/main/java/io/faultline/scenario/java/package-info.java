/**
 * The reference system in Java: a program that runs in a container, with nothing but the JDK. Its classes go into an image
 * together with the Dockerfile of the folder of the same name among the resources. The Python one beside it does the same.
 */
@NullMarked
package io.faultline.scenario.java;

import org.jspecify.annotations.NullMarked;
