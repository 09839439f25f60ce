package io.faultline.effect;

/**
 * One tool to run in a namespace. The agent knows the tools by name and gives them fixed arguments; all that varies is
 * what they read.
 *
 * @param input the tool's standard input, whole lines
 */
public record Command(String tool, String input) {

    /** Both of the same tool, in one run of it. */
    Command then(Command next) {
        return new Command(tool, input + next.input);
    }
}
