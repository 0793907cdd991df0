CREATE TABLE "due_instants" (
	"what" text NOT NULL,
	"key" text NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"try_at" timestamp with time zone NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "due_instants_what_key_pk" PRIMARY KEY("what","key")
);
--> statement-breakpoint
CREATE INDEX "due_instants_try_at" ON "due_instants" USING btree ("try_at");