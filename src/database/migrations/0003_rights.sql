CREATE TABLE "audit" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"server" text NOT NULL,
	"person_id" text NOT NULL,
	"person_name" text NOT NULL,
	"about_id" text,
	"text" jsonb NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "server_rules" (
	"platform" text NOT NULL,
	"server" text NOT NULL,
	"rules" jsonb NOT NULL,
	CONSTRAINT "server_rules_platform_server_pk" PRIMARY KEY("platform","server")
);
--> statement-breakpoint
CREATE TABLE "usage" (
	"id" text PRIMARY KEY NOT NULL,
	"platform" text NOT NULL,
	"server" text NOT NULL,
	"person_id" text NOT NULL,
	"activity" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE INDEX "audit_server" ON "audit" USING btree ("platform","server","id");--> statement-breakpoint
CREATE INDEX "usage_person" ON "usage" USING btree ("platform","server","person_id","activity","at");