/**
 * The reference clients in Java, each a few lines around a library that many use. They run in a container: these classes
 * and the libraries go into an image together with the Dockerfile of the folder of the same name among the resources.
 */
@NullMarked
package io.faultline.reference;

import org.jspecify.annotations.NullMarked;
